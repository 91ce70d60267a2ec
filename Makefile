.PHONY: book test
book:
	clusterbook book
