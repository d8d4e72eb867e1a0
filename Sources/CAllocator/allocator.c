#include "allocator.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)
#include <malloc.h>
#include <unistd.h>

void allocator_keep_freed_pages(void) {
  /* The largest threshold there is; larger blocks are columns of whole files, which come once. */
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
  /* What one thread makes another frees; with arenas for eight times the processors each keeps pages of its own. */
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  mallopt(M_ARENA_MAX, processors > 1 ? (int)processors : 1);
}
#else
void allocator_keep_freed_pages(void) {}
#endif
