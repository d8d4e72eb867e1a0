#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

#include <stddef.h>
#include <stdint.h>

// The files that a report carries within it, so that it can be read without a network: compiled into the program, so
// that it works from any folder. They are given byte by byte, for no pointer then crosses into Swift.

enum {
  // The sheet of styles.
  report_asset_style = 0,
  // The script of the page.
  report_asset_script = 1,
  // Vega, Vega-Lite and Vega-Embed, which scripts/setup puts below .build; empty where it had not done so.
  report_asset_charts = 2,
};

// The number of bytes of a file.
size_t report_asset_size(int asset);

// A byte of a file, from 0 to its size, exclusive.
uint8_t report_asset_byte(int asset, size_t place);

#endif
