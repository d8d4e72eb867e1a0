#include "arrow_shim.h"

#include <arrow/util/config.h>

extern "C" const char *arrow_shim_version(void) { return ARROW_VERSION_STRING; }
