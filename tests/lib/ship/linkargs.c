#include "ship/linkargs.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static struct linkargs_user u;

/* what stands in a file of n bytes: "NAME|PASSWORD", or the reason */
static const char *
user(const char *text, size_t n)
{
	static char path[64], word[128], got[LINKARGS_USER_MAX + 8];
	char *words[1] = { word };
	static struct shipkeys k;
	FILE *f;
	int r;

	snprintf(path, sizeof path, "%s/linkargs.%ld",
	    getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"),
	    (long)getpid());
	snprintf(word, sizeof word, "user-file=%s", path);
	f = fopen(path, "w");
	fwrite(text, 1, n, f);
	fclose(f);
	if (shipkeys_parse(&k, "redis", "redis://h", words, 1) == -1)
		return k.why;
	r = linkargs_user(&u, &k);
	if (r == -1)
		snprintf(got, sizeof got, "%s", strerror(errno));
	unlink(path);
	if (r == -1)
		return got;
	snprintf(got, sizeof got, "%s|%s", u.name, u.password);
	return got;
}

static void
tls(void)
{
	char ca[] = "ca-file=/a", key[] = "key-file=/k";
	char *words[2] = { ca, key };
	struct shipconn_to to = { .cert_file = "before" };
	struct shipkeys k;

	shipkeys_parse(&k, "redis", "rediss://h", words, 2);
	linkargs_tls(&to, &k);
	is_str(to.ca_file, "/a", "authorities");
	is_str(to.key_file, "/k", "our key");
	ok(to.cert_file == NULL, "no certificate");
}

int
main(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "ann:secret\n", "ann|secret" },
		{ "ann:secret", "ann|secret" },
		{ "ann:se:cret\r\nmore\n", "ann|se:cret" },
		{ ":secret\n", "|secret" },
		{ "ann:\n", "ann|" },
		{ "ann\n", "Invalid argument" },
		{ "\nann:secret\n", "Invalid argument" },
		{ "", "Invalid argument" },
	};
	char big[LINKARGS_USER_MAX + 1];
	struct shipkeys k;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(user(t[i].text, strlen(t[i].text)), t[i].want,
		    t[i].text);
	memset(big, 'x', sizeof big);
	big[0] = ':';
	is_num((long long)strlen(user(big, LINKARGS_USER_MAX)),
	    LINKARGS_USER_MAX, "a file of 4096 bytes");
	is_str(user(big, LINKARGS_USER_MAX + 1), "File too large", "one more");
	shipkeys_parse(&k, "redis", "redis://h", NULL, 0);
	is_num(linkargs_user(&u, &k), 0, "no file");
	ok(u.name == NULL && u.password == NULL, "says nobody");
	tls();
	return done();
}
