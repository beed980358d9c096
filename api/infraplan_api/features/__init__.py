"""Which features of a bundle's collections does a request select, and how are they answered?"""
