"""How are maps served in small squares: vector tiles, pictures of rasters, legends?"""
