#include "recv/access.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-access.XXXXXX", path[64];

/* a table that is none */
static void
broken(const char *name)
{
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.cdb", dir, name);
	f = fopen(path, "w");
	fputs("no cdb", f);
	fclose(f);
}

static void
is_access(const char *name, int relay, int mine, int other,
    enum relay_verdict want)
{
	struct access *a = calloc(1, sizeof *a);
	char suffix[RELAY_SUFFIX_MAX] = "";

	access_open(a, dir, "me.example", NULL, relay);
	is_num(access_is_local(a, "me.example", 10), mine, name);
	is_num(access_is_local(a, "other.example", 13), other, "another");
	is_num(access_relay(a, "192.0.2.1", suffix), want, "a client");
	is_str(suffix, "", "nothing behind addresses");
	free(a);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	is_access("no tables: this host is ours", 1, 1, 0, RELAY_NONE);
	is_access("one connection is judged elsewhere", 0, 1, 0, RELAY_NONE);
	broken("relay");
	is_access("relay cannot be asked", 1, 1, 0, RELAY_BROKEN);
	is_access("and is not asked", 0, 1, 0, RELAY_NONE);
	unlink(path);
	broken("local");
	is_access("which others are ours is not known", 1, 1, -1, RELAY_NONE);
	unlink(path);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
