/* texts of tables in force, and of those before */
#include "confbuild/history.h"
#include "conf/local.h"
#include "route/aliasfile.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/dev/shm/history.XXXXXX";
static const struct conffile *const subjects[] = { &conffile_local,
	&conffile_aliases, NULL };
static struct conffaults faults;

static const char *
path_of(const char *folder, const char *name)
{
	static char path[PATH_MAX];

	maketable_path(path, dir, folder, name, "");
	return path;
}

static void
put(const char *name, const char *text)
{
	int fd = open(path_of("", name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ok(0, "write");
	close(fd);
}

static void
begin(struct maketables *t)
{
	maketable_open(t, dir, subjects, &faults);
	maketable_want_all(t);
}

static void
text_is(const char *folder, const char *name, const char *want)
{
	size_t n = 0;
	char *p = maketable_text(path_of(folder, name), &n);

	ok(want == NULL
		? p == NULL
		: p != NULL && n == strlen(want) && memcmp(p, want, n) == 0,
	    name);
	free(p);
}

int
main(void)
{
	static const char *const folders[] = { "", ".built/", ".before/" };
	struct maketables t;
	struct buf b = { 0 };
	unsigned i;

	if (mkdtemp(dir) == NULL)
		return 1;
	begin(&t);
	put("local", "a\n");
	put("aliases", "x: y\n");
	history_keep(&t);
	text_is(".built/", "local", "a\n");
	text_is(".before/", "local", NULL);
	put("local", "b\n");
	history_diff(&t, &b);
	buf_putc(&b, '\0');
	ok(strstr(buf_data(&b), "local:1: a\n+ ") != NULL &&
		strstr(buf_data(&b), "aliases") == NULL,
	    "the difference");
	history_keep(&t);
	text_is(".built/", "local", "b\n");
	text_is(".before/", "local", "a\n");
	text_is(".before/", "aliases", "x: y\n");
	history_keep(&t);
	text_is(".before/", "local", "a\n");
	history_undo(&t);
	text_is("", "local", "a\n");
	text_is("", "aliases", "x: y\n");
	history_redo(&t);
	text_is("", "local", "b\n");
	unlink(path_of("", "aliases"));
	history_keep(&t);
	text_is(".built/", "aliases", NULL);
	text_is(".before/", "aliases", "x: y\n");
	for (i = 3; i-- > 0;) {
		unlink(path_of(folders[i], "local"));
		unlink(path_of(folders[i], "aliases"));
		rmdir(path_of(folders[i], ""));
	}
	buf_free(&b);
	return done();
}
