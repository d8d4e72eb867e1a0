#define _GNU_SOURCE
#include "file_system.h"

#include <stdio.h>

#if defined(__linux__)
#include <fcntl.h>

int file_system_exchange(const char *first, const char *second) {
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}
#elif defined(__APPLE__)
int file_system_exchange(const char *first, const char *second) {
  return renamex_np(first, second, RENAME_SWAP);
}
#else
#include <errno.h>

int file_system_exchange(const char *first, const char *second) {
  (void)first;
  (void)second;
  errno = ENOSYS;
  return -1;
}
#endif
