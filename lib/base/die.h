#ifndef BASE_DIE_H
#define BASE_DIE_H

/*
 * Diagnostics: one line "program: severity: text" on descriptor 2.  Bytes
 * outside printable ASCII are written as \xHH; a line is cut at
 * DIE_LINE_MAX bytes.  In fmt, %m is the text of errno.
 */
enum {
	DIE_LINE_MAX = 1024,
	DIE_WAIT_MS = 1000 /* for room in a full log pipe */
};

/* first thing in main: remembers the name, ignores SIGPIPE and SIGXFSZ, and
 * ends the program with EXIT_TEMP if one of descriptors 0, 1, 2 is closed */
void prog_init(char **argv);
extern const char *prog_name;

/* called by die() before it speaks: to write what has gathered; or NULL */
extern void (*die_before)(void);

void die(int code, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "usage: text" and EXIT_PERM */
void die_usage(const char *text) __attribute__((noreturn));

/* what is NULL or -1 for want of memory: "out of memory" and EXIT_TEMP */
void *need(void *);
void needs(int);

#endif
