"""Seeing the results: tables in, Plotly figures and one offline HTML report out.

Nothing here simulates, and nothing here does statistics of its own: means, intervals and paired
differences come from `sim.comparison`. `figures` gives each figure alone; `report.write_report`
puts them on one page with a finding in plain words beside each.
"""
