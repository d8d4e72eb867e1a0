#pragma once

#include <string.h>

typedef double vector_math_double4 __attribute__((__vector_size__(32)));

/* y = sqrt(x) for groups of four numbers. Inlined into Swift, whose vectors have no square root of their own and
   take those of the C library one by one. */
static inline void vector_square_roots(const double *x, double *y, long groups) {
  for (long group = 0; group < groups; group++) {
    vector_math_double4 value;
    memcpy(&value, x + 4 * group, sizeof value);
    value = __builtin_elementwise_sqrt(value);
    memcpy(y + 4 * group, &value, sizeof value);
  }
}

/* Asks for the line of 64 bytes at an address to be brought into the first-level cache. A hint: it reads nothing, so
   any address will do. */
static inline void vector_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
