#include "conf/hostname.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-me.XXXXXX", path[64];

#define L21 "lllllllllllllllllllll"

static void
put(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(text, 1, n, f) != n || fclose(f) != 0)
		exit(111);
}

static void
doubts(void)
{
	static const struct {
		const char *name;
		int doubt;
	} cases[] = {
		{ "mx.example.org", 0 },
		{ "a.b", 0 },
		{ "3f.x-1.example", 0 },
		{ "localhoster.example.org", 0 },
		{ "mx.example.org.", 0 },
		{ "local.example.org", 0 },
		{ "xlocal.example", 0 },
		{ L21 L21 L21 ".example", 0 },
		{ L21 L21 L21 "l.example", 1 },
		{ "a." L21 L21 L21 "l", 1 },
		{ "ip-10-0-0-1.ec2.internal", 1 },
		{ "mx.LOCAL.", 1 },
		{ "box.lan", 1 },
		{ "vm.localdomain", 1 },
		{ "nas.home.arpa", 1 },
		{ "x.invalid", 1 },
		{ "3f1c2b4a5d6e", 1 },
		{ "localhost", 1 },
		{ "mx.", 1 },
		{ "localhost.localdomain", 1 },
		{ "192.0.2.1", 1 },
		{ "[192.0.2.1]", 1 },
		{ "2001:db8::1", 1 },
		{ "", 1 },
		{ "my_host.example.org", 1 },
		{ "two words", 1 },
		{ "a@b.example", 1 },
		{ "b\xc3\xbc.example", 1 },
		{ "a..example", 1 },
		{ ".example", 1 },
		{ "-a.example", 1 },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(hostname_doubt(cases[i].name) != NULL, cases[i].doubt,
		    cases[i].name);
}

int
main(void)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "mx.example.org\n", "mx.example.org" },
		{ "mx.example.org", "mx.example.org" },
		{ " \t mx.example.org \r\nother\n", "mx.example.org" },
		{ "\n# name\n\n  # more\nmx\n", "mx" },
		{ "", NULL },
		{ "\n\n", NULL },
		{ "# mx\n", NULL },
		{ "mx.example.org.\n", "mx.example.org" },
		{ "a/b!c_d.x\n", "a-b-c_d.x" },
		{ "b\xc3\xbc.x\n", "b--.x" },
		{ "[IPv6:2001:db8::1]\n", "[IPv6:2001:db8::1]" },
		{ "two words\n", NULL },
		{ "a@b\n", NULL },
		{ "a\001b\n", NULL },
	};
	char out[HOSTNAME_MAX + 1], name[HOSTNAME_FILE_MAX + 2];
	size_t i;

	doubts();
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/me", dir);
	ok(hostname_read(dir, out) == -1 && errno == ENOENT, "not there");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(cases[i].text, strlen(cases[i].text));
		if (cases[i].want == NULL)
			ok(hostname_read(dir, out) == -1 && errno == EINVAL,
			    "refused");
		else if (ok(hostname_read(dir, out) == 0, "read"))
			is_str(out, cases[i].want, cases[i].want);
	}
	memset(name, 'x', sizeof name);
	put(name, HOSTNAME_MAX);
	ok(hostname_read(dir, out) == 0, "name at the limit");
	put(name, HOSTNAME_MAX + 1);
	ok(hostname_read(dir, out) == -1, "name one above");
	memset(name, '\n', sizeof name);
	memcpy(name, "mx", 2);
	put(name, HOSTNAME_FILE_MAX);
	ok(hostname_read(dir, out) == 0, "file at the limit");
	put(name, HOSTNAME_FILE_MAX + 1);
	ok(hostname_read(dir, out) == -1 && errno == EFBIG, "file one above");
	ok(hostname_read(NULL, out) == 0 && out[0] != '\0',
	    "the system's name");
	unlink(path);
	rmdir(dir);
	return done();
}
