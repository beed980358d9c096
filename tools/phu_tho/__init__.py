"""How is the embedded province made? One module per table, driven by ``build_phu_tho.py``."""
