#include "queue/idemcheck.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define KEY "P 948f85cab181ee05ba1ec7faf70230e3 1j1hucd7h0em0231690j -\n"

static const struct {
	const char *text;
	unsigned bad, cut;
} cases[] = {
	{ "", 0, 0 },
	{ KEY "C\n" KEY "X\n" KEY "V\nC\n", 0, 0 },
	{ KEY, 0, 0 }, /* as a crash leaves it, before who comes next looks */
	{ KEY "C", 0, 1 },
	{ "P 948", 0, 1 },
	{ "\n" KEY "c\n" KEY, 2, 0 },
	{ "what?\nC", 1, 1 },
};

int
main(void)
{
	char dir[] = "/tmp/rohrpost.XXXXXX";
	unsigned bad, cut;
	size_t i;
	int at, fd;

	if (mkdtemp(dir) == NULL)
		return 1;
	at = open(dir, O_RDONLY | O_DIRECTORY);
	is_num(idemcheck(at, "s", &bad, &cut), -1, "no file");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		fd = openat(at, "s", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (write(fd, cases[i].text, strlen(cases[i].text)) == -1)
			return 1;
		close(fd);
		is_num(idemcheck(at, "s", &bad, &cut), 0, cases[i].text);
		is_num(bad, cases[i].bad, "lines that are none");
		is_num(cut, cases[i].cut, "a line that is cut");
	}
	unlinkat(at, "s", 0);
	close(at);
	ok(rmdir(dir) == 0, "nothing else is there");
	return done();
}
