# Writes reference.csv: what lavaan says of the cases below, for the tests of surveysem.
# R is needed to write it again (Debian: r-cran-lavaan), not to run the tests.
#
#   Rscript reference.R
#
# The answers are lavaan's own Holzinger-Swineford pupils and Bollen's democracies. Cells are made
# missing by a rule (`holes`) that the tests repeat. Categories are five classes of equal width.

suppressMessages(library(lavaan))
items <- paste0("x", 1:9)
pupils <- HolzingerSwineford1939
measured <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
bollen <- "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\ndem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60\ndem65 ~ ind60 + dem60
  y1 ~~ y5\ny2 ~~ y4 + y6\ny3 ~~ y7\ny4 ~~ y8\ny6 ~~ y8"
categories <- pupils
thirds <- pupils
for (item in items) {
  categories[[item]] <- cut(pupils[[item]], 5, labels = FALSE)
  thirds[[item]] <- cut(pupils[[item]], 3, labels = FALSE)  # each class is met in both groups
}

holes <- function(data, names) {
  for (j in seq_along(names)) {
    at <- (37 * seq_len(nrow(data)) + 53 * j) %% 101 < 6
    data[at, names[j]] <- NA
  }
  data
}
incomplete <- holes(pupils, items)
incomplete[11, items] <- NA
gaps <- holes(categories, items)
gaps[11, items] <- NA
democracies <- holes(PoliticalDemocracy, c(paste0("y", 1:8), paste0("x", 1:3)))

rows <- list()
note <- function(case, what, lhs, op, rhs, group, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    case = case, what = what, lhs = lhs, op = op, rhs = rhs, group = group, value = value
  )
}
keep <- function(case, fit, standard = TRUE) {
  table <- parameterEstimates(fit, standardized = TRUE)
  group <- if (is.null(table$group)) rep(1, nrow(table)) else table$group
  for (what in c("est", "se", if (standard) "std.all")) {
    note(case, sub(".all", "", what, fixed = TRUE), table$lhs, table$op, table$rhs, group,
         table[[what]])
  }
  figures <- fitMeasures(fit)
  note(case, "fit", names(figures), "", "", 1, as.numeric(figures))
}
indices <- function(case, fit) {
  table <- modindices(fit)
  group <- if (is.null(table$group)) rep(1, nrow(table)) else table$group
  for (what in c("mi", "epc", "sepc.all")) {
    note(case, what, table$lhs, table$op, table$rhs, group, table[[what]])
  }
}

full <- list(model = measured, missing = "fiml")
grouped <- list(model = measured, group = "school")
run <- function(arguments, ...) do.call("cfa", c(arguments, list(...)))

fits <- list(
  fiml_ml = run(full, data = incomplete, estimator = "ML"),
  fiml_mlr = run(full, data = incomplete, estimator = "MLR"),
  fiml_sem_mlr = sem(bollen, democracies, estimator = "MLR", missing = "fiml"),
  groups_ml = run(grouped, data = pupils, estimator = "ML"),
  groups_mlr = run(grouped, data = pupils, estimator = "MLR"),
  metric_mlr = run(grouped, data = pupils, estimator = "MLR", group.equal = "loadings"),
  scalar_ml = run(grouped, data = pupils, group.equal = c("loadings", "intercepts")),
  strict_ml = run(grouped, data = pupils, group.equal = c("loadings", "intercepts", "residuals")),
  strict_mlr = run(grouped, data = pupils, estimator = "MLR",
                   group.equal = c("loadings", "intercepts", "residuals")),
  partial_ml = run(grouped, data = pupils, group.equal = c("loadings", "intercepts", "residuals"),
                   group.partial = c("x3~1", "x7~1", "visual=~x2", "x9~~x9")),
  unit_ml = run(grouped, data = pupils, group.equal = "loadings", std.lv = TRUE),
  strict_fiml_mlr = run(c(full, list(group = "school")), data = incomplete, estimator = "MLR",
                        group.equal = c("loadings", "intercepts", "residuals")),
  pairwise_wlsmv = cfa(measured, gaps, ordered = items, estimator = "WLSMV", missing = "pairwise"),
  groups_wlsmv = cfa(measured, thirds, ordered = items, estimator = "WLSMV", group = "sex"),
  metric_wlsmv = cfa(measured, thirds, ordered = items, estimator = "WLSMV", group = "sex",
                     group.equal = "loadings"),
  sem_ml = sem(bollen, PoliticalDemocracy)
)
for (case in names(fits)) keep(case, fits[[case]])

wlsmv <- cfa(measured, categories, ordered = items, estimator = "WLSMV")
indices("indices_ml", cfa(measured, pupils))
indices("indices_sem", fits$sem_ml)
indices("indices_wlsmv", wlsmv)
indices("indices_groups", fits$groups_ml)
indices("indices_scalar", fits$scalar_ml)
indices("indices_fiml", fits$fiml_ml)
path <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual + x7\nx9 ~ textual"
indices("indices_path", sem(path, pupils, fixed.x = FALSE))
keep("path_ml", sem(path, pupils, fixed.x = FALSE))

# HTMT2 (Roemer, Schuberth and Henseler 2021): geometric means in place of arithmetic ones.
geometric <- function(x) exp(mean(log(abs(x))))
htmt2 <- function(case, correlation) {
  sets <- list(visual = items[1:3], textual = items[4:6], speed = items[7:9])
  within <- sapply(sets, function(s) geometric(correlation[s, s][lower.tri(diag(3))]))
  for (a in 1:2) for (b in (a + 1):3) {
    between <- geometric(correlation[sets[[a]], sets[[b]]])
    note(case, "htmt2", names(sets)[a], "", names(sets)[b], 1,
         between / sqrt(within[[a]] * within[[b]]))
  }
}
plain <- lavCor(pupils[items])
htmt2("htmt2_ml", plain)
htmt2("htmt2_wlsmv", lavCor(categories[items], ordered = items))

# Principal components with varimax (Kaiser's normalisation).
parts <- eigen(plain)
loadings <- varimax(parts$vectors[, 1:3] %*% diag(sqrt(parts$values[1:3])), eps = 1e-14)$loadings
order <- order(-colSums(unclass(loadings)^2))
for (k in 1:3) {
  note("varimax", "loading", items, "", paste0("C", k), 1, unclass(loadings)[, order[k]])
}

table <- do.call(rbind, rows)
table <- table[!is.na(table$value), ]
table$value <- signif(table$value, 10)
write.csv(table, "reference.csv", row.names = FALSE, quote = FALSE)
cat("lavaan", as.character(packageVersion("lavaan")), nrow(table), "figures\n")
