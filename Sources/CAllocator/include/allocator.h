#pragma once

/* Has the C library's allocator keep pages that were freed, where it can be told: a program that works in rounds
   needs them again at once, and getting them anew costs more than filling them. */
void allocator_keep_freed_pages(void);
