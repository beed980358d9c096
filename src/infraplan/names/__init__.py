"""How is a Vietnamese name written, compared and found?"""
