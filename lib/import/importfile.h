#ifndef IMPORT_IMPORTFILE_H
#define IMPORT_IMPORTFILE_H

#include "base/wholefile.h"
#include "import/import.h"

/*
 * Files of an import: read whole, and written.  What fails ends the program
 * with EXIT_TEMP.
 */
enum { IMPORTFILE_BYTES_MAX = 64 << 20 }; /* of one that is read */

/* the parsers of the files, in the order of enum import_name; that of throttle
 * looks for time zones */
extern const struct conffile *const importfile_subjects[IMPORT_NAMES];

/* "-" is descriptor 0.  One that is too large ends the program, EXIT_PERM */
void importfile_read(struct wholefile *, const char *path);

/* descriptor 1, each file behind a line "# file NAME" */
void importfile_print(struct import *);
/* into a new folder; one that is there already ends the program, EXIT_PERM */
void importfile_write(struct import *, const char *dir);

/* told of struct import: a line on descriptor 2, as editors jump by it */
void importfile_told(void *arg, const struct import_at *, const char *text,
    size_t n);

#endif
