"""Cases: their life, their clocks, who may know of them, how they are found."""
