#pragma once
#ifdef __cplusplus
extern "C" {
#endif
/* The version of Arrow C++ that is linked. */
const char *arrow_shim_version(void);
#ifdef __cplusplus
}
#endif
