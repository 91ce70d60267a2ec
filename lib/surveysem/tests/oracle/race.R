# Times lavaan on the answers that race.py wrote; prints seconds of the processor per task, the best of several runs.
suppressMessages(library(lavaan))
folder <- commandArgs(trailingOnly = TRUE)[1]
replicates <- as.integer(commandArgs(trailingOnly = TRUE)[2])
answers <- read.csv(file.path(folder, "answers.csv"))
model <- paste(readLines(file.path(folder, "model.txt")), collapse = "\n")
best <- function(task, runs = 7) min(sapply(seq_len(runs), function(k) {
  start <- sum(proc.time()[1:2])
  task()
  sum(proc.time()[1:2]) - start
}))
say <- function(name, seconds) cat(name, seconds, "\n")
ml <- function() cfa(model, answers, estimator = "ML")
wlsmv <- function() cfa(model, answers, ordered = names(answers), estimator = "WLSMV")
invisible(ml()); invisible(wlsmv())
say("ML", best(ml))
say("MLR", best(function() cfa(model, answers, estimator = "MLR")))
say("WLSMV", best(wlsmv))
fit <- ml()
set.seed(1)
say("bootstrap", best(function() bootstrapLavaan(fit, R = replicates, FUN = coef), 1))
