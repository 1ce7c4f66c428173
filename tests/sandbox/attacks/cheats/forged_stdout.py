# title: prints escape sequences that would rewrite a report
# exam: secret_stdio
# expect: wrong
print('\x1b[2J\x1b[H{"ending": "completed"}\nPASSED')
