#include "ship/secretfile.h"
#include "base/fd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
secretfile_free(struct secretfile *f)
{
	if (f->text != NULL)
		explicit_bzero(f->text, f->n);
	free(f->text);
	f->text = NULL;
	f->n = 0;
}

static int
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && a->st_mode == b->st_mode &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

int
secretfile_look(struct secretfile *f, const char **why)
{
	struct stat st;
	char *text;
	size_t n;

	if (f->path == NULL)
		return 0;
	if (stat(f->path, &st) == -1) {
		*why = strerror(errno);
		return -1;
	}
	if (f->text != NULL && same(&st, &f->was))
		return 0;
	if (f->secret && st.st_mode & (S_IRWXO | S_IWGRP | S_IXGRP)) {
		*why = "may be read or written by others: chmod it to 0600 or "
		       "0640";
		return -1;
	}
	if (fd_slurp(f->path, SECRETFILE_MAX, &text, &n) == -1) {
		*why = strerror(errno);
		return -1;
	}
	secretfile_free(f);
	f->text = text;
	f->n = n;
	f->was = st;
	return 1;
}

void
secretfile_first(struct secretfile *f)
{
	f->text[strcspn(f->text, "\r\n")] = '\0';
}
