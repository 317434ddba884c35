/* files of which no table is made: good ones, and what is told of others */
#include "confbuild/plainfiles.h"
#include "base/die.h"
#include "base/exit.h"
#include "confbuild/maketable.h"
#include "says.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/dev/shm/plainfiles.XXXXXX";

struct check {
	const char *file, *text;
	unsigned long faults;
	const char *said; /* behind the folder; in every case a part of it */
};

static const struct check checks[] = {
	{ "me", "mx.example.org\n", 0, "" },
	{ "me", "# only this\n", 1, "/me:1: no name: " },
	{ "me", "a.example\n\nb.example\n", 1, "/me:3: a second name" },
	{ "me", "localhost\n", 0, "/me: localhost: " },
	{ "me", "two words\n", 1, "/me:1: two words: " },
	{ "resolver", "127.0.0.1\n::1@53\n", 0, "" },
	{ "resolver", "# none\n", 0, "" },
	{ "resolver", "127.0.0.1\nns.example\n", 1, "/resolver:2: not a name" },
	{ "resolver", "::1\n# x\n::1\n", 1, "/resolver:3: stands in line 1" },
	{ "resolver", "anchor keys\nvalidate yes\n::1\n", 0, "" },
	{ "resolver", "anchor /dev/shm/none\n", 1,
	    "/resolver:1: unable to read /dev/shm/none: No such file" },
	{ "resolver", "::1\nanchor key\n", 1, "/keys: warning: no program" },
	{ "resolver", "::1\nanchor key\n", 1, "/resolver:2: unable to read " },
	{ "resolver", "anchor .\n", 1, "/resolver:1: unable to read " },
	{ "resolver", "::1\nvalidate\n", 1, "/resolver:2: want validate" },
	{ "resolver", "anchor keys\nanchor keys\n", 1,
	    "/resolver:2: stands in line 1" },
	{ "resolver", "::1\r\n", 1, "/resolver:1: carriage return" },
	{ "doublebounce", "bob@example.org\n", 0, "" },
	{ "doublebounce", "bob\n", 0, "" },
	{ "doublebounce", "a b\n", 1, "/doublebounce:1: not an address" },
	{ "doublebounce", "a\nb\nc\n", 2, "/doublebounce:3: a second address" },
	{ "routes", "", 0, "" },
	{ "route", "", 0,
	    "/route: warning: no program reads a file of this "
	    "name; is `routes' meant?" },
	{ "local~", "", 0, "/local~ is left alone: a backup" },
	{ ".hidden", "", 0, "" },
};

static const char *
path_of(const char *name)
{
	static char path[PATH_MAX];

	maketable_path(path, dir, "", name, "");
	return path;
}

static void
look(const void *arg)
{
	const struct check *c = arg;
	struct conffaults f = { 0, 0 };

	plainfiles_me(dir, &f);
	plainfiles_resolver(dir, &f);
	plainfiles_doublebounce(dir, &f);
	plainfiles_names(dir, &f);
	_exit(f.faults == c->faults ? 0 : 1);
}

static void
check(const struct check *c)
{
	int fd = open(path_of(c->file), O_WRONLY | O_CREAT | O_EXCL, 0600);
	const char *said, *at;
	int status;

	/* which no program reads but by the name in `anchor` */
	if (strstr(c->text, "anchor") != NULL)
		close(open(path_of("keys"), O_WRONLY | O_CREAT, 0600));
	ok(write(fd, c->text, strlen(c->text)) == (ssize_t)strlen(c->text),
	    c->file);
	close(fd);
	said = says(look, c, &status);
	is_num(status, 0, "faults");
	at = strstr(said, dir);
	if (c->said[0] == '\0')
		is_str(said, "", "nothing is said");
	else if (!ok(at != NULL && strstr(said, c->said) != NULL, c->said))
		printf("# got %s\n", said);
	unlink(path_of("keys"));
	unlink(path_of(c->file));
}

int
main(void)
{
	static const struct check none = { NULL, NULL, 0, "" };
	char *name[] = { "tables", NULL };
	size_t i;
	int status;

	prog_init(name);
	ok(mkdtemp(dir) != NULL, "a folder");
	is_str(says(look, &none, &status), "", "no file at all");
	is_num(status, 0, "is good");
	for (i = 0; i < sizeof checks / sizeof checks[0]; i++)
		check(&checks[i]);
	mkdir(path_of("resolver"), 0700);
	says(look, &none, &status);
	is_num(status, EXIT_TEMP, "a folder in place of a file");
	rmdir(path_of("resolver"));
	ok(rmdir(dir) == 0, "nothing is left");
	is_num((says(look, &none, &status), status), EXIT_TEMP, "no folder");
	return done();
}
