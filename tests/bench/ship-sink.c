/*
 * ship-sink - takes what log-ship sends, and throws it away
 *
 *   ship-sink       a link, ship-batch(5)
 *   ship-sink PORT  a server for HTTP on 127.0.0.1, one connection at a time
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char in[1 << 20];

/* n bytes from fd, of which `have` are there: 0, or -1 at its end */
static int
drop(int fd, long n, long have)
{
	ssize_t got;

	for (n -= have; n > 0; n -= got) {
		got = read(fd, in, n < (long)sizeof in ? (size_t)n : sizeof in);
		if (got <= 0)
			return -1;
	}
	return 0;
}

static int
link_side(void)
{
	char head[32];
	int i;

	for (;;) {
		for (i = 0; i < 31 && read(0, head + i, 1) == 1; i++)
			if (head[i] == ':')
				break;
		if (i == 0 || drop(0, atol(head) + 1, 0) == -1)
			return 0;
		if (write(1, "2:K\n,", 5) != 5)
			return 1;
	}
}

/* a request: its head, and its body */
static int
request(int fd)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	static const char good[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	char *end = NULL, *length;
	size_t n = 0;
	ssize_t got;
	long left;

	while (end == NULL) {
		got = read(fd, in + n, sizeof in - 1 - n);
		if (got <= 0)
			return -1;
		n += (size_t)got;
		in[n] = '\0';
		end = strstr(in, "\r\n\r\n");
	}
	*end = '\0';
	end += 4;
	length = strcasestr(in, "\ncontent-length:");
	if (length == NULL)
		return -1;
	left = atol(length + 16);
	if (strcasestr(in, "100-continue") != NULL &&
	    write(fd, go_on, sizeof go_on - 1) == -1)
		return -1;
	if (drop(fd, left, (long)(in + n - end)) == -1)
		return -1;
	return write(fd, good, sizeof good - 1) == -1 ? -1 : 0;
}

static int
serve(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((unsigned short)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int s = socket(AF_INET, SOCK_STREAM, 0), fd, on = 1;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(s, 5) == -1) {
		perror("ship-sink");
		return 1;
	}
	while ((fd = accept(s, NULL, NULL)) != -1) {
		while (request(fd) == 0)
			;
		close(fd);
	}
	return 1;
}

int
main(int argc, char **argv)
{
	return argc > 1 ? serve(atoi(argv[1])) : link_side();
}
