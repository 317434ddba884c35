#include "base/fd.h"
#include "sendmail/drop.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-drop.XXXXXX", path[64];
static int new;

static const struct {
	const char *in, *env, *text; /* NULL: a fault */
} cases[] = {
	{ "26:from a@b\nto c@d\n\nS: x\n\nhi\n,", "from a@b\nto c@d\n",
	    "S: x\n\nhi\n" },
	{ "20:from a@b\nto c@d\n\n\n,", NULL, NULL },
	{ "19:from a@b\nto c@d\n\n\n", NULL, NULL },
	{ "18:from a@b\nto c@d\n\n\n,", "from a@b\nto c@d\n", "\n" },
	{ "18:from a@b\nto c@d\n\n,", NULL, NULL },
	{ "17:from a@b\nto c@d\n\n,", "from a@b\nto c@d\n", "" },
	{ "17:from a@b\nto c@d\n\n,x", NULL, NULL },
	{ "17:from a@b\nto c@d\n\nx", NULL, NULL },
	{ "16:from a@b\nto c@d\n,", NULL, NULL },
	{ "10:from a@b\n\n,", NULL, NULL },
	{ "17:from a@b\nto c@d\n\n,17:from a@b\nto c@d\n\n,", NULL, NULL },
	/* what a user may not say is not heard */
	{ "56:uid 0\nfrom a@b\nclient 1\nto c@d\nprio 0\ntag x=y\nuser z\n\nx\n,",
	    "from a@b\nto c@d\ntag x=y\n", "x\n" },
	{ "19:from a@b\n?? c\nto c\n,", NULL, NULL },
	{ "", NULL, NULL },
	{ "x", NULL, NULL },
	{ ":", NULL, NULL },
	{ "99999999999999999999999:", NULL, NULL },
	{ "0:,", NULL, NULL },
};

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

static void
put(const char *name, const char *p, size_t n)
{
	int fd = openat(new, name, O_WRONLY | O_CREAT | O_TRUNC, 0640);

	fd_write_all(fd, p, n);
	close(fd);
}

static enum drop_result
reading(struct drop_parcel *d, const char *name)
{
	*d = (struct drop_parcel){ .fd = -1 };
	return drop_read(d, new, name, dir);
}

static void
parcels(void)
{
	struct drop_parcel d;
	struct buf want = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		put("x", cases[i].in, strlen(cases[i].in));
		is_num(reading(&d, "x"),
		    cases[i].env == NULL ? DROP_FAULT : DROP_OK, cases[i].in);
		if (cases[i].env != NULL) {
			buf_clear(&want);
			buf_printf(&want, "%sproto local\nuid %u\n",
			    cases[i].env, (unsigned)getuid());
			is_str(text(&d.env), text(&want), "envelope");
			is_str(text(&d.text), cases[i].text, "message");
			is_num(d.uid, getuid(), "owner");
		}
		drop_free(&d);
	}
	buf_free(&want);
}

/* what may stand there in place of a file */
static void
other_things(void)
{
	struct drop_parcel d;

	put("x", cases[0].in, strlen(cases[0].in));
	is_num(linkat(new, "x", new, "y", 0), 0, "a link");
	is_num(reading(&d, "x"), DROP_FAULT, "a file with two names");
	drop_free(&d);
	unlinkat(new, "y", 0);
	is_num(symlinkat("x", new, "y"), 0, "a symbolic link");
	is_num(reading(&d, "y"), DROP_FAULT, "is not followed");
	drop_free(&d);
	unlinkat(new, "y", 0);
	is_num(mkfifoat(new, "y", 0666), 0, "a FIFO");
	is_num(reading(&d, "y"), DROP_FAULT, "is not waited for");
	drop_free(&d);
	unlinkat(new, "y", 0);
	is_num(mkdirat(new, "y", 0755), 0, "a folder");
	is_num(reading(&d, "y"), DROP_FAULT, "is none");
	drop_free(&d);
	unlinkat(new, "y", AT_REMOVEDIR);
	is_num(reading(&d, "y"), DROP_TROUBLE, "nothing");
	is_num(errno, ENOENT, "errno");
	drop_free(&d);
	/* holes take no room */
	is_num(truncate(path, (off_t)DROP_SIZE_MAX + 1), 0, "a huge one");
	is_num(reading(&d, "x"), DROP_FAULT, "is not read");
	drop_free(&d);
}

/* sizes around those at which it is read in pieces, and into a file */
static void
sizes(void)
{
	static const size_t around[] = { DROP_READ, 3 * DROP_READ };
	static const char env[] = "from a@b\nto c@d\n\n";
	size_t i, k, n, total;
	struct drop_parcel d;
	char *got, *all = malloc(4 * DROP_READ);

	for (i = 0; i < 2; i++)
		for (k = 0; k < 60; k++) {
			n = around[i] - 45 + k;
			total = sprintf(all, "%zu:%s", n + sizeof env - 1, env);
			memset(all + total, 'm', n);
			all[total + n] = ',';
			put("x", all, total + n + 1);
			if (!ok(reading(&d, "x") == DROP_OK, "read"))
				printf("# %zu %s\n", n, d.fault);
			is_num(buf_len(&d.text) + d.filed, n, "size");
			got = calloc(1, n);
			memcpy(got, buf_data(&d.text), buf_len(&d.text));
			if (d.filed > 0)
				ok(pread(d.fd, got + buf_len(&d.text), d.filed,
				       0) == (ssize_t)d.filed,
				    "file");
			ok(memchr(got, 0, n) == NULL &&
				memcmp(got, all + total, n) == 0,
			    "content");
			free(got);
			drop_free(&d);
			all[total + n] = '.';
			put("x", all, total + n + 1);
			is_num(reading(&d, "x"), DROP_FAULT, "no comma");
			drop_free(&d);
		}
	free(all);
}

static void
leaving(void)
{
	struct drop_file f;
	struct drop_parcel d;
	struct stat st;

	is_num(drop_start(&f, "/nonexistent", 1), -1, "no drop");
	is_num(errno, ENOENT, "errno");
	is_num(drop_start(&f, dir, (uint64_t)DROP_SIZE_MAX + 1), -1, "too big");
	is_num(errno, EFBIG, "errno");
	is_num(drop_start(&f, dir, 100), 0, "a file");
	is_num(drop_kind(f.name), DROP_WRITING, "is being written");
	fd_write_all(f.fd, cases[0].in, strlen(cases[0].in));
	is_num(drop_commit(&f), 0, "is there");
	is_num(drop_kind(f.name), DROP_READY, "by its name");
	is_num(reading(&d, f.name), DROP_OK, "and read");
	drop_free(&d);
	fstatat(new, f.name, &st, 0);
	is_num(st.st_mode & 07777, 0640, "mode");
	unlinkat(new, f.name, 0);
	is_num(drop_start(&f, dir, 100), 0, "another");
	drop_cancel(&f);
	unlinkat(new, "x", 0);
	is_num(unlinkat(AT_FDCWD, path, 0), -1, "nothing is left");
	path[strlen(path) - 2] = '\0';
	is_num(rmdir(path), 0, "of any");
}

int
main(void)
{
	is_num(drop_kind("1.0123456789abcdef01234567"), DROP_READY, "name");
	is_num(drop_kind(".0123456789abcdef01234567"), DROP_WRITING, "name");
	is_num(drop_kind("1.0123456789abcdef0123456"), DROP_OTHER, "name");
	is_num(drop_kind("1.0123456789abcdef012345678"), DROP_OTHER, "name");
	is_num(drop_kind("1.0123456789Abcdef01234567"), DROP_OTHER, "name");
	is_num(drop_kind("x.0123456789abcdef01234567"), DROP_OTHER, "name");
	is_num(drop_kind("."), DROP_OTHER, "name");
	is_num(drop_kind(""), DROP_OTHER, "name");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/new", dir);
	mkdir(path, 0700);
	new = open(path, O_RDONLY | O_DIRECTORY);
	snprintf(path, sizeof path, "%s/new/x", dir);
	parcels();
	other_things();
	sizes();
	leaving();
	rmdir(dir);
	return done();
}
