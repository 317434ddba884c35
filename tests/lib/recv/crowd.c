#include "recv/crowd.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char key[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void
four(unsigned char ip[16], unsigned n)
{
	memset(ip, 0, 16);
	ip[10] = ip[11] = 0xff;
	ip[12] = 10;
	ip[13] = (unsigned char)(n >> 16);
	ip[14] = (unsigned char)(n >> 8);
	ip[15] = (unsigned char)n;
}

/* in a process of its own, which ends without leaving */
static void
elsewhere(struct crowd *c, unsigned row, const unsigned char ip[16], int n)
{
	pid_t pid = fork();

	if (pid == 0) {
		crowd_row(c, row);
		while (n-- > 0)
			crowd_join(c, ip);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int
main(void)
{
	struct crowd *c = crowd_new(3, key);
	unsigned char a[16], b[16], six[16] = { 0x20, 1, 0xd, 0xb8 };
	unsigned i, others = 0;

	four(a, 1);
	four(b, 2);
	is_num(crowd_count(c, a), 0, "nobody");
	crowd_row(c, 0);
	crowd_join(c, a);
	crowd_join(c, a);
	is_num(crowd_count(c, a), 2, "two here");
	is_num(crowd_count(c, b), 0, "none of another");
	elsewhere(c, 1, a, 3);
	elsewhere(c, 2, a, 1);
	is_num(crowd_count(c, a), 6, "and those of other processes");
	crowd_leave(c, a);
	is_num(crowd_count(c, a), 5, "one less");
	crowd_clear(c, 1);
	is_num(crowd_count(c, a), 2, "without one that died");
	crowd_leave(c, a);
	crowd_clear(c, 2);
	is_num(crowd_count(c, a), 0, "nobody again");

	crowd_join(c, six);
	six[15] = 1;
	is_num(crowd_count(c, six), 1, "IPv6: the same /64");
	six[7] = 1;
	is_num(crowd_count(c, six), 0, "not another");

	/* who is counted with somebody else */
	for (i = 0; i < 10000; i++) {
		four(a, i);
		crowd_join(c, a);
	}
	for (i = 0; i < 10000; i++) {
		four(a, i);
		others += crowd_count(c, a) - 1;
	}
	ok(others > 0 && others < 2500, "one in seven has another beside him");
	crowd_free(c);
	return done();
}
