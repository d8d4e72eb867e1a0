/* The functions of one digest each. They have no state outside their contexts, so that threads may hash while the
   process ends; those that replace them are torn down then. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
