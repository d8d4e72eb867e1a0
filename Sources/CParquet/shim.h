/* Links the library; its C++ headers are used by ArrowShim alone. */
