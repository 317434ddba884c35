/* who has logged in, where that is another one than who acts */
#include "act/actwho.h"
#include "tap.h"

static const struct {
	const char *loginuid;
	uid_t uid;
	const char *sudo;
	int other;
	uid_t login;
} cases[] = {
	{ NULL, 0, NULL, 0, 0 },
	{ "", 0, NULL, 0, 0 },
	{ "4294967295", 0, NULL, 0, 0 }, /* nobody has */
	{ "4294967295\n", 0, "1000", 1, 1000 },
	{ "4294967294", 0, NULL, 1, 4294967294u },
	{ "4294967296", 0, NULL, 0, 0 },
	{ "1000", 0, NULL, 1, 1000 },
	{ "1000\n", 0, NULL, 1, 1000 },
	{ "1000", 1000, NULL, 0, 0 },
	{ "0", 1000, NULL, 1, 0 },
	/* the kernel knows better */
	{ "1000", 0, "1001", 1, 1000 },
	{ "0", 0, "1001", 0, 0 },
	/* anybody may say so */
	{ NULL, 1000, "1001", 0, 0 },
	{ "4294967295", 1000, "0", 0, 0 },
	{ NULL, 0, "1001", 1, 1001 },
	{ NULL, 0, "0", 0, 0 },
	{ NULL, 0, "", 0, 0 },
	{ NULL, 0, "4294967295", 0, 0 },
	{ NULL, 0, "-1", 0, 0 },
	{ NULL, 0, "1001x", 0, 0 },
	{ "1000x", 0, NULL, 0, 0 },
};

int
main(void)
{
	uid_t login;
	size_t i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		login = 0;
		r = actwho_login(cases[i].loginuid, cases[i].uid, cases[i].sudo,
		    &login);
		ok(r == cases[i].other && (!r || login == cases[i].login),
		    cases[i].loginuid != NULL ? cases[i].loginuid : "none");
	}
	return done();
}
