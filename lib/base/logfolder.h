#ifndef BASE_LOGFOLDER_H
#define BASE_LOGFOLDER_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Logs as svlogd(8) keeps them: a folder of files @TIME.s and @TIME.u,
 * whose names sort by time, and `current`.  A processor may have compressed
 * them.
 */
struct logfolder {
	char **file; /* paths, the oldest first; not current */
	size_t n;
	int current; /* open to be read, or -1: there is none */
	char *current_name;
};

/*
 * logfolder_open - list a folder, and open its current file
 *
 * That is opened before the names are read, so that no file is missed, and
 * is left out where it has a name among them by then.  Returns 0, or -1
 * with errno; logfolder_close() after 0.
 */
int logfolder_open(struct logfolder *, const char *dir);
void logfolder_close(struct logfolder *);

/* a file that is read, by way of gzip(1) where it has been compressed */
struct logfile {
	int fd;    /* the bytes of the log */
	pid_t pid; /* of gzip, or 0 */
};

/* 0, or -1 with errno; then nothing is open */
int logfile_open(struct logfile *, const char *path);
/* 0; -1 with errno EIO: gzip has not read it to its end */
int logfile_close(struct logfile *);

#endif
