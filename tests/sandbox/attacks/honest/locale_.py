# title: locale 
# exam: n_honest2_locale_
# expect: passed
import locale
print(f"{1234567:,}",input())
