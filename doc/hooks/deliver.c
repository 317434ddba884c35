/* deliver FILE: a last link, which writes down who got what; chain(7) */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char job[65536], id[128], n[32], to[1024], *rest, *p;
	for (setlinebuf(stdout); argc == 2 && fgets(job, sizeof job, stdin) != NULL;) {
		job[strcspn(job, "\n")] = id[0] = n[0] = to[0] = '\0';
		for (rest = job; (p = strsep(&rest, "\t")) != NULL;)
			if (sscanf(p, "id:%127s", id) != 1 && sscanf(p, "n:%31s", n) != 1)
				sscanf(p, "to:%1023s", to);
		FILE *f = fopen(argv[1], "a");
		int good = f != NULL && fprintf(f, "%s %s\n", id, to) > 0;
		good = f != NULL && fclose(f) == 0 && good;
		printf("id:%s\tn:%s\tstatus:%s\n", id, n, good ? "sent" : "later");
	}
}
