"""How are answers negotiated, compressed, kept and guarded? What all routes share of HTTP."""
