/* store DIR: a message goes to a file of its own; a command of local-deliver(8) */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char new[4096], name[4096], b[65536];
	snprintf(name, sizeof name, "%s/%lld.%d.eml", argv[argc - 1], (long long)time(NULL), (int)getpid());
	snprintf(new, sizeof new, "%.4000s.new", name);
	FILE *f = fopen(new, "w");
	size_t n, bad = f == NULL;
	while (!bad && (n = fread(b, 1, sizeof b, stdin)) > 0)
		bad = fwrite(b, 1, n, f) != n;
	bad = bad || ferror(stdin) || fclose(f) != 0 || rename(new, name) != 0;
	return bad ? 111 : 0;
}
