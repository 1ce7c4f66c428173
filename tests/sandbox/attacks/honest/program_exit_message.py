# title: a program that ends by exit() inside a function inside try
# exam: add_stdio
# expect: passed
def main():
    try:
        print(sum(map(int, input().split())))
        exit(0)
    finally:
        print(end="", flush=True)

main()
