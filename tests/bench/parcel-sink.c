/*
 * parcel-sink - a next link that takes parcels and says K to each, as fast as
 * it can; with -v it says to descriptor 2 how many bytes and parcels came
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "format/netstring.h"
#include "format/parcel.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { READ = 1 << 20 };

int
main(int argc, char **argv)
{
	static char in[READ];
	static struct buf out;
	char head[NETSTRING_HEAD_MAX];
	size_t have = 0, i, k;
	uint64_t left = 0, bytes = 0, parcels = 0, len;
	ssize_t n;
	int h;

	prog_init(argv);
	for (;;) {
		n = read(0, in, sizeof in);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		bytes += n;
		for (i = 0; i < (size_t)n;) {
			if (left > 0) {
				k = left < n - i ? left : n - i;
				left -= k;
				i += k;
				if (left == 0) {
					parcels++;
					needs(receipt_put(&out, RECEIPT_OK,
					    "k0000000000000000000"));
				}
				continue;
			}
			head[have++] = in[i++];
			h = netstring_head(head, have, INT64_MAX, &len);
			if (h == -1 || have == sizeof head)
				die(EXIT_PERM, "not a parcel");
			if (h > 0) {
				left = len + 1;
				have = 0;
			}
		}
		if (buf_len(&out) > 0 &&
		    fd_write_all(1, buf_data(&out), buf_len(&out)) == -1)
			die(EXIT_TEMP, "unable to write: %m");
		buf_clear(&out);
	}
	if (argc > 1 && strcmp(argv[1], "-v") == 0)
		info("%llu parcels, %llu bytes", (unsigned long long)parcels,
		    (unsigned long long)bytes);
	return EXIT_OK;
}
