/* the file `resolver` as programs read it */
#include "dns/resolveconf.h"
#include "base/die.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/dev/shm/resolveconf.XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	fputs(text, f);
	fclose(f);
}

static void
good(void)
{
	struct resolveconf c = { .validate = RESOLVECONF_AUTO }, told = { 0 };

	resolveconf_read(&c, dir);
	is_num(c.n_server + c.n_anchor, 0, "no file");
	put("key", "; of ours\n$TTL 60\nours.test. IN DNSKEY x\n");
	put("resolver", "# x\n127.0.0.1\n ::1@53 \nanchor key\nvalidate yes\n");
	resolveconf_read(&c, dir);
	is_num(c.n_server, 2, "servers");
	is_str(c.server[1], "::1@53", "the second");
	is_num(c.n_anchor, 1, "anchors");
	is_str(c.anchor[0], path_of("key"), "beside the file");
	is_num(c.validate, RESOLVECONF_YES, "validate");
	is_num(resolveconf_server(&told, "127.0.0.2"), 0, "an option");
	resolveconf_read(&told, dir);
	is_num(told.n_server, 1, "stays the only one");
	is_num(told.n_anchor, 1, "the keys are read all the same");
	is_num(told.validate, RESOLVECONF_NO, "who wants no checks has none");
	put("resolver", "validate no\n");
	resolveconf_read(&c, dir);
	is_num(c.validate, RESOLVECONF_NO, "not by this site");
	free(c.anchor[0]);
	free(told.anchor[0]);
}

static void
zones(void)
{
	static const struct {
		const char *text, *zone;
	} t[] = {
		{ ". IN DNSKEY x\n", "." },
		{ "; a\n\n  b.test.\tDNSKEY x\n", "b.test." },
		{ "$ORIGIN x\nc.test. DS x", "c.test." },
		{ "", "." },
		{ "; only this\n", "." },
	};
	char zone[RESOLVECONF_ZONE_LEN];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		put("key", t[i].text);
		is_num(resolveconf_zone(path_of("key"), zone), 0, "read");
		is_str(zone, t[i].zone, t[i].text);
	}
	is_num(resolveconf_zone(path_of("nothing"), zone), -1, "no file");
}

static void
read_it(const void *arg)
{
	struct resolveconf c = { 0 };

	(void)arg;
	resolveconf_read(&c, dir);
	_exit(0);
}

static void
bad(void)
{
	static const struct {
		const char *text, *said;
	} t[] = {
		{ "127.0.0.1\nname\n", "resolver:2: name: not a name server" },
		{ "validate maybe\n", "want validate auto, yes or no" },
		{ "anchor nothing\n", "/nothing: No such file" },
		{ "anchor /nowhere/x\n", "unable to read /nowhere/x" },
	};
	const char *said;
	int status;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		put("resolver", t[i].text);
		said = says(read_it, NULL, &status);
		is_num(status, EXIT_TEMP, "ends");
		ok(strstr(said, t[i].said) != NULL, t[i].said);
	}
}

int
main(void)
{
	static char *args[] = { "resolveconf", NULL };

	prog_init(args);
	ok(mkdtemp(dir) != NULL, "a folder");
	good();
	zones();
	bad();
	unlink(path_of("resolver"));
	unlink(path_of("key"));
	rmdir(dir);
	return done();
}
