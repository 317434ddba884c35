#ifndef TESTS_CDBFILE_H
#define TESTS_CDBFILE_H

#include "base/cdbwrite.h"
#include "base/fd.h"
#include "memlookup.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* DIR/NAME.cdb with these bytes, in place of what was there */
static inline void
cdbfile_bytes(const char *dir, const char *name, const char *p, size_t n)
{
	char path[200], temp[200];
	int fd;

	snprintf(path, sizeof path, "%s/%s.cdb", dir, name);
	snprintf(temp, sizeof temp, "%s/%s.new", dir, name);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || fd_write_all(fd, p, n) == -1 || close(fd) == -1 ||
	    rename(temp, path) == -1)
		abort();
}

/* as conf-build makes it of the text, which has no faults */
static inline void
cdbfile(const char *dir, const struct conffile *subject, const char *text)
{
	struct cdbwrite w = { .n = 0 };
	struct memtable t;
	size_t i;

	memtable_make(&t, subject, text);
	if (buf_len(&t.faults) > 1)
		abort();
	for (i = 0; i < t.n; i++)
		cdbwrite_add(&w, t.record[i].key, t.record[i].key_len,
		    t.record[i].data, t.record[i].data_len);
	cdbwrite_finish(&w);
	cdbfile_bytes(dir, subject->name, buf_data(&w.out), buf_len(&w.out));
	cdbwrite_free(&w);
	memtable_free(&t);
}

#endif
