import sys
def main():
    sys.exit(1)
if __name__ == "__main__":
    main()
# ---
import sys
if __name__ == "__main__":
    sys.exit(0)
