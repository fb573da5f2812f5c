"""What figures are drawn with: a canvas of panels, bands and legends, names beside marks, lines of
equal value."""
