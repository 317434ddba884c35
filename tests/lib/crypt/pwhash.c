/* argon2id: fixed hashes, their form and limits, no memory */
#include "crypt/pwhash.h"
#include <sys/resource.h>
#include <unistd.h>
#include <sys/wait.h>
#include "tap.h"

static const char *
fault(const char *text)
{
	const char *why = pwhash_fault(text, strlen(text));

	return why == NULL ? "" : why;
}

#define SALT "$MDEyMzQ1Njc4OWFiY2RlZg"
#define HASH "$7+/qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58"
#define NONE "no argon2id hash"
#define MANY "hash of more than 256 MiB"
#define LONG "hash of more than 10 passes"

/* of the password "password" and the salt "0123456789abcdef" */
static void
test_fixed(void)
{
	static const char a[] = "$argon2id$v=19$m=65536,t=2,p=1" SALT HASH;
	static const char b[] =
	    "$argon2id$v=19$m=8,t=1,p=1" SALT "$g5R8smY16LJQCzSJJbIg3A";

	is_str(fault(a), "", "a hash");
	is_num(pwhash_is(a, "password", 8), 1, "the password");
	is_num(pwhash_is(a, "Password", 8), 0, "another");
	is_num(pwhash_is(a, "password", 7), 0, "a part of it");
	is_str(fault(b), "", "the smallest hash");
	is_num(pwhash_is(b, "password", 8), 1, "the password");
	is_num(pwhash_is(b, "", 0), 0, "none");
	is_num(pwhash_is("x", "password", 8), -1, "no hash says nothing");
}

static void
test_faults(void)
{
	static const struct {
		const char *text, *why;
	} t[] = { { "", NONE }, { "$6$abc$def", NONE },
		{ "$argon2i$v=19$m=65536,t=2,p=1" SALT HASH, NONE },
		{ "$argon2id$v=16$m=65536,t=2,p=1" SALT HASH, NONE },
		{ "$argon2id$m=65536,t=2,p=1" SALT HASH, NONE },
		{ "$argon2id$v=19$m=8,t=1,p=1" SALT HASH, "" },
		{ "$argon2id$v=19$m=7,t=1,p=1" SALT HASH, NONE },
		{ "$argon2id$v=19$m=65536,t=0,p=1" SALT HASH, NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=0" SALT HASH, NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=2" SALT HASH, NONE },
		{ "$argon2id$v=19$m=262144,t=10,p=1" SALT HASH, "" },
		{ "$argon2id$v=19$m=262145,t=10,p=1" SALT HASH, MANY },
		{ "$argon2id$v=19$m=262144,t=11,p=1" SALT HASH, LONG },
		{ "$argon2id$v=19$m=1234567890,t=1,p=1" SALT HASH, NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" SALT HASH "=", NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" SALT HASH "\n", NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" SALT "A" HASH, NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2Rl" HASH,
		    NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" SALT "$AAAAAAAAAAAAAAAAAAAA",
		    NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" SALT, NONE },
		{ "$argon2id$v=19$m=65536,t=2,p=1" HASH, NONE } };
	char big[PWHASH_TEXT_MAX + 1];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(fault(t[i].text), t[i].why, t[i].text);
	n = (size_t)snprintf(big, sizeof big, "%s",
	    "$argon2id$v=19$m=262144,t=10,p=1" SALT "$");
	memset(big + n, 'A', sizeof big - n);
	ok(pwhash_fault(big, n + 68) == NULL, "a hash of 51 bytes");
	ok(pwhash_fault(big, PWHASH_TEXT_MAX) != NULL, "128 bytes are none");
	ok(pwhash_fault("$argon2id$v=19$m=8,t=1,p=1\0", 27) != NULL, "a NUL");
}

static void
test_made(void)
{
	static const char like[] = "$argon2id$v=19$m=65536,t=2,p=1$";
	char a[PWHASH_TEXT_MAX], b[PWHASH_TEXT_MAX], max[PWHASH_PASSWORD_MAX];

	is_num(pwhash_make(a, "p\0w", 3), 0, "a hash is made");
	is_str(fault(a), "", "it is one");
	ok(strncmp(a, like, strlen(like)) == 0, "of 64 MiB and two passes");
	is_num(pwhash_is(a, "p\0w", 3), 1, "of the password");
	is_num(pwhash_is(a, "p\0v", 3), 0, "and no other");
	pwhash_make(b, "p\0w", 3);
	ok(strcmp(a, b) != 0, "it has a salt");
	memset(max, 'x', sizeof max);
	pwhash_make(a, max, sizeof max);
	is_num(pwhash_is(a, max, sizeof max), 1, "256 bytes");
	is_num(pwhash_is(a, max, sizeof max - 1), 0, "all of them");
}

/* not known, which is not wrong */
static void
test_memory(void)
{
	static const char one[] = "$argon2id$v=19$m=262144,t=2,p=1" SALT HASH;
	struct rlimit r = { 200 << 20, 200 << 20 };
	char out[PWHASH_TEXT_MAX];
	int st = 0;

#if defined(__SANITIZE_ADDRESS__)
	return;
#endif
	if (fork() == 0) {
		setrlimit(RLIMIT_AS, &r);
		if (pwhash_is(one, "password", 8) != -1)
			_exit(1);
		r.rlim_cur = 32 << 20;
		setrlimit(RLIMIT_AS, &r);
		_exit(pwhash_make(out, "x", 1) == -1 ? 0 : 2);
	}
	wait(&st);
	is_num(st, 0, "without memory nothing is known, and nothing made");
}

int
main(void)
{
	test_fixed();
	test_faults();
	test_made();
	test_memory();
	return done();
}
