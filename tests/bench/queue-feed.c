/*
 * queue-feed - how fast does an injector store messages?
 *
 *   cc -O2 -Ilib -o queue-feed tests/bench/queue-feed.c
 *   queue-feed COUNT WINDOW BYTES queue-inject QUEUE
 *
 * Sends COUNT parcels with messages of BYTES, at most WINDOW of them
 * without receipt, and prints one LTSV line: rate, latency, CPU time and
 * block writes of the child.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static double
now(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return t.tv_sec + t.tv_usec / 1e6;
}

/* completed writes and flushes of the disk that holds a path */
static void
disk(const char *path, unsigned long *writes, unsigned long *flushes)
{
	char line[512], *p;
	unsigned major, minor;
	unsigned long v[17];
	struct stat st;
	FILE *f = fopen("/proc/diskstats", "r");
	int n;

	*writes = *flushes = 0;
	if (f == NULL || stat(path, &st) == -1)
		return;
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%u %u %*s%n", &major, &minor, &n) < 2 ||
		    major != major(st.st_dev) || minor != minor(st.st_dev))
			continue;
		p = line + n;
		for (n = 0; n < 17; n++)
			v[n] = strtoul(p, &p, 10);
		*writes = v[4];
		*flushes = v[15];
	}
	fclose(f);
}

int
main(int argc, char **argv)
{
	long count, window, size, sent = 0, got = 0, whole, n, off = 0;
	int to[2], from[2], st;
	unsigned long w0, f0, w1, f1;
	char *parcel, *path, in[65536], *p, *e, part[64];
	size_t parcel_len, have = 0;
	double t0, t1, *at, sum = 0, worst = 0;
	pid_t pid;
	struct rusage ru;

	if (argc < 6)
		return 100;
	count = atol(argv[1]);
	window = atol(argv[2]);
	size = atol(argv[3]);
	path = argv[argc - 1];
	at = calloc(count, sizeof *at);
	parcel = malloc(size + 1000);
	whole = sprintf(parcel + 500,
	    "from a@example.org\nto b@example.net\n"
	    "client 192.0.2.1\nclient-name host.example.org\nport 12345\n"
	    "helo host.example.org\nproto ESMTP\n\n");
	memset(parcel + 500 + whole, 'x', size);
	for (n = 70; n < size; n += 71)
		parcel[500 + whole + n] = '\n';
	whole += size;
	n = sprintf(part, "%ld:", whole);
	memcpy(parcel + 500 - n, part, n);
	parcel[500 + whole] = ',';
	parcel_len = n + whole + 1;
	parcel += 500 - n;
	if (pipe(to) == -1 || pipe(from) == -1)
		return 111;
	if ((pid = fork()) == -1)
		return 111;
	if (pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[0]), close(to[1]), close(from[0]), close(from[1]);
		execvp(argv[4], argv + 4);
		_exit(111);
	}
	close(to[0]);
	close(from[1]);
	fcntl(to[1], F_SETFL, O_NONBLOCK);
	fcntl(from[0], F_SETFL, O_NONBLOCK);
	disk(path, &w0, &f0);
	t0 = now();
	while (got < count) {
		struct pollfd pf[2] = { { from[0], POLLIN, 0 },
			{ to[1], POLLOUT, 0 } };
		int more = off > 0 || (sent < count && sent - got < window);

		poll(pf, more ? 2 : 1, -1);
		if (more && pf[1].revents) {
			while (off > 0 ||
			    (sent < count && sent - got < window)) {
				if (off == 0)
					at[sent] = now();
				n = write(to[1], parcel + off,
				    parcel_len - off);
				if (n <= 0)
					break;
				off += n;
				if (off == (long)parcel_len) {
					off = 0;
					sent++;
				}
			}
		}
		if (!(pf[0].revents))
			continue;
		n = read(from[0], in + have, sizeof in - have);
		if (n <= 0)
			break;
		have += n;
		t1 = now();
		for (p = in; (e = memchr(p, ',', in + have - p)) != NULL;
		     p = e + 1, got++) {
			if (memchr(p, 'K', e - p) == NULL)
				fprintf(stderr, "%.*s\n", (int)(e - p), p);
			sum += t1 - at[got];
			if (t1 - at[got] > worst)
				worst = t1 - at[got];
		}
		have -= p - in;
		memmove(in, p, have);
	}
	t1 = now();
	disk(path, &w1, &f1);
	close(to[1]);
	wait4(-1, &st, 0, &ru);
	printf(
	    "window:%ld\tsize:%ld\tfiles:%ld\tper_s:%.0f\tms:%.2f\tworst_ms:%.1f"
	    "\tcpu_us:%.1f\twrites:%.2f\tflushes:%.2f\tswitches:%.2f\tstatus:%d\n",
	    window, size, got, got / (t1 - t0), sum / got * 1000, worst * 1000,
	    (ru.ru_utime.tv_sec * 1e6 + ru.ru_utime.tv_usec +
		ru.ru_stime.tv_sec * 1e6 + ru.ru_stime.tv_usec) /
		got,
	    (double)(w1 - w0) / got, (double)(f1 - f0) / got,
	    (double)ru.ru_nvcsw / got, st);
	return 0;
}
