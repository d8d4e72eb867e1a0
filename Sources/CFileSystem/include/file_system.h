#pragma once

/* Exchanges what stands under two paths, in one step. 0, or -1 with errno set. */
int file_system_exchange(const char *first, const char *second);
