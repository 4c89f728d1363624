"""The workbook's notebooks, made from `solutions/src`: read, split by language, executed, proved, counted."""
