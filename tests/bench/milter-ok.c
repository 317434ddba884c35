/*
 * A milter that lets pass whatever it is told, for measurements:
 *
 *   milter-ok SOCKET [STEPS]
 *
 * STEPS, hexadecimal, is what it says of steps (lib/milter/milterterms.h): 0, it
 * answers each, fff80 only the last, fffff & ~a0 and more does not want them.
 * One thread a connection.
 */
#include "milter/milterpacket.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static uint32_t steps;

/* is it answered? */
static int
mute(char what)
{
	static const char letters[] = "L    CHMRT NB";
	const char *p = strchr(letters, what);

	return what == 'D' || what == 'K' || what == 'A' ||
	    (p != NULL && steps & 1u << (7 + (p - letters)));
}

static void
answer(struct buf *out, const struct milterpacket *k)
{
	size_t at;

	if (k->what == 'O') {
		milterpacket_begin(out, 'O', &at);
		milterpacket_number(out, 6);
		milterpacket_number(out, 0);
		milterpacket_number(out, steps);
		milterpacket_end(out, at);
	} else if (!mute(k->what)) {
		milterpacket_put(out, 'c');
	}
}

static void *
serve(void *arg)
{
	int fd = (int)(long)arg;
	struct buf in = { 0 }, out = { 0 };
	struct milterpacket k;
	ssize_t n;
	long used;

	for (;;) {
		buf_reserve(&in, 65536);
		n = read(fd, buf_tail(&in), 65536);
		if (n <= 0)
			break;
		buf_added(&in, (size_t)n);
		while ((used = milterpacket_get(buf_data(&in), buf_len(&in),
			    &k)) > 0) {
			answer(&out, &k);
			buf_consume(&in, (size_t)used);
		}
		if (buf_len(&out) > 0 &&
		    write(fd, buf_data(&out), buf_len(&out)) == -1)
			break;
		buf_clear(&out);
	}
	buf_free(&in);
	buf_free(&out);
	close(fd);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0), c;
	pthread_t t;

	if (argc < 2)
		return 100;
	signal(SIGPIPE, SIG_IGN);
	if (argc > 2)
		steps = (uint32_t)strtoul(argv[2], NULL, 16);
	snprintf(a.sun_path, sizeof a.sun_path, "%s", argv[1]);
	if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(s, 100) == -1)
		return 111;
	while ((c = accept(s, NULL, NULL)) != -1)
		if (pthread_create(&t, NULL, serve, (void *)(long)c) == 0)
			pthread_detach(t);
	return 111;
}
