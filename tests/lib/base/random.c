/* digits, as many as are asked for, and other ones each time */
#include "base/random.h"
#include "tap.h"

static char name[1000][RANDOM_HEX_ROOM + 2];

static void
bytes(void)
{
	unsigned char a[256] = { 0 }, b[258] = { 0 };
	size_t i, zero = 0;

	is_num(random_bytes(a, sizeof a), 0, "bytes");
	is_num(random_bytes(b, 256), 0, "others");
	ok(memcmp(a, b, sizeof a) != 0, "each time");
	is_num(b[256] | b[257], 0, "and no more than asked for");
	for (i = 0; i < sizeof a; i++)
		zero += a[i] == 0;
	ok(zero < 32, "all of them");
}

int
main(void)
{
	static const size_t sizes[] = { 0, 2, 24, RANDOM_HEX_ROOM };
	int seen[128] = { 0 }, twice = 0;
	size_t i, j, n;
	const char *p;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		n = sizes[i];
		memset(name[0], 'x', sizeof name[0]);
		is_num(random_hex(name[0], n), 0, "random");
		is_num(strlen(name[0]), n, "as many as asked for");
		is_num(strspn(name[0], "0123456789abcdef"), n, "digits");
		is_num(name[0][n + 1], 'x', "and no more");
	}
	for (i = 0; i < 1000; i++) {
		random_hex(name[i], 24);
		for (p = name[i]; *p != '\0'; p++)
			seen[*p & 127] = 1;
		for (j = 0; j < i; j++)
			twice += strcmp(name[i], name[j]) == 0;
	}
	is_num(twice, 0, "none twice");
	for (i = j = 0; i < 128; i++)
		j += seen[i];
	is_num(j, 16, "each digit");
	bytes();
	return done();
}
