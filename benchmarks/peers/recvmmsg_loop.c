/* The peers that a capture node is measured against, and who sends to both.
 *
 *   recvmmsg_loop recv FIRST STEP COUNT PERIOD_MS FILE FLUSH
 *       The same rounds in C: every socket once a period, in slices of 10 ms, one recvmmsg each,
 *       the raw slots written once a slice. It seals nothing, filters nothing, knows no calls.
 *       With FLUSH "yes" a thread flushes the file every 200 ms, as ours does.
 *       Prints "ready", then "packets cpu_us" after SIGTERM.
 *       Compiled with -DSEALS and -lcrypto it does what an ear does to packets, too: it asks who
 *       sent each and whether some were dropped, looks at that, and seals those of a visit, with
 *       their arrivals, in one record of AES-256-GCM under the key of their call (two streams).
 *       Compiled with -DTIMELESS it does not even ask when each packet came.
 *   recvmmsg_loop send FIRST STEP COUNT SECONDS
 *       50 packets a second of 172 bytes (G.711, 20 ms) to each port, by sendmmsg. Prints how many.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef SEALS
#include <openssl/evp.h>
#endif

#include "common.h"

enum { SLOTS = 64, SLOT = 192, PACKET = 172, SLICE_NS = 10000000, BATCH = 256 };

static struct sockaddr_in local(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return to;
}

#ifdef SEALS
enum { TOLD = 32, FRAME = 24, SEGMENT = 16, TAG = 16, STAMP = 16, TAIL = 5, SO_DROPS = 40 };

static EVP_CIPHER_CTX **keys_for(int streams) {
    size_t calls = ((size_t)streams + 1) / 2;
    EVP_CIPHER_CTX **keys = calloc(calls, sizeof *keys);
    for (size_t n = 0; n < calls; n++) {
        unsigned char key[32];
        for (size_t k = 0; k < sizeof key; k++) key[k] = (unsigned char)rand();
        keys[n] = EVP_CIPHER_CTX_new();
        if (!keys[n] || EVP_EncryptInit_ex(keys[n], EVP_aes_256_gcm(), NULL, key, NULL) != 1)
            fail("key");
    }
    return keys;
}

/* All as they should be: of one sender and size, whole, with an arrival and no word of drops. */
static int plain(const struct mmsghdr *came, int count, const struct sockaddr_in *from) {
    for (int n = 0; n < count; n++) {
        const struct msghdr *head = &came[n].msg_hdr;
        if (came[n].msg_len != PACKET || head->msg_controllen != TOLD || head->msg_flags ||
            memcmp(head->msg_name, from, sizeof *from))
            return 0;
    }
    return 1;
}

/* The record of `count` packets at `slots`, behind which their arrivals have room; its size. */
static size_t seal(EVP_CIPHER_CTX *key, uint64_t n, int stream, char *slots, int count,
                   char (*told)[64], unsigned char *out) {
    static unsigned char about[SEGMENT + FRAME];
    char *end = slots + count * PACKET;
    for (int k = 0; k < count; k++, end += STAMP) memcpy(end, told[k] + 16, STAMP);
    uint16_t tail[] = {(uint16_t)count, PACKET};
    memcpy(end, tail, sizeof tail);
    end[4] = 1;
    int body = (int)(end + TAIL - slots), made;
    uint32_t size = htonl(FRAME + body + TAG);
    unsigned char nonce[12] = {0};
    for (int k = 0; k < 8; k++) nonce[4 + k] = (unsigned char)(n >> (56 - 8 * k));
    memcpy(about + SEGMENT + 4, &size, 4);
    memcpy(about + SEGMENT + 8, &stream, 4);
    memcpy(about + SEGMENT + 16, nonce + 4, 8);
    memcpy(out, about + SEGMENT, FRAME);
    if (EVP_EncryptInit_ex(key, NULL, NULL, NULL, nonce) != 1 ||
        EVP_EncryptUpdate(key, NULL, &made, about, sizeof about) != 1 ||
        EVP_EncryptUpdate(key, out + FRAME, &made, (unsigned char *)slots, body) != 1 ||
        EVP_EncryptFinal_ex(key, out + FRAME + body, &made) != 1 ||
        EVP_CIPHER_CTX_ctrl(key, EVP_CTRL_AEAD_GET_TAG, TAG, out + FRAME + body) != 1)
        fail("seal");
    return FRAME + body + TAG;
}
#endif

static volatile sig_atomic_t over;

static void stop(int number) {
    over = number;
}

static void *flush_for_ever(void *file) {
    for (;;) {
        sleep_until(now_ns() + 200000000);
        if (fdatasync(*(int *)file)) fail("fdatasync");
    }
    return NULL;
}

static int receive(int first, int step, int count, int period_ms, const char *path, int flush) {
    int *sockets = calloc(count, sizeof *sockets), size = 1 << 20, on = 1;
    for (int n = 0; n < count; n++) {
        struct sockaddr_in at = local(first + n * step);
        sockets[n] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        setsockopt(sockets[n], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
#ifndef TIMELESS
        setsockopt(sockets[n], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
#endif
#ifdef SEALS
        setsockopt(sockets[n], SOL_SOCKET, SO_DROPS, &on, sizeof on);
#endif
        if (sockets[n] < 0 || bind(sockets[n], (void *)&at, sizeof at)) fail("bind");
    }
    static char memory[1 << 22], told[SLOTS][64];
    static struct mmsghdr messages[SLOTS];
    static struct iovec parts[SLOTS];
#ifdef SEALS
    static char slots[SLOTS * (PACKET + STAMP) + TAIL];
    static struct sockaddr_in names[SLOTS];
    EVP_CIPHER_CTX **keys = keys_for(count);
    struct sockaddr_in *from = calloc(count, sizeof *from);
    uint64_t *records = calloc(count, sizeof *records);
    long odd = 0;
#endif
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (file < 0) fail(path);
    pthread_t flusher;
    if (flush && pthread_create(&flusher, NULL, flush_for_ever, &file)) fail("thread");
    signal(SIGTERM, stop);
    puts("ready");
    fflush(stdout);

    long packets = 0;
    int at = 0;
    double owed = 0;
    int64_t began = now_ns(), last = began;
    for (int64_t now = began; !over; now = now_ns()) {
        owed += (double)count * (now - last) / (period_ms * 1e6);
        last = now;
        if (owed > count) owed = count;
        size_t used = 0;
        for (; owed >= 1; owed -= 1, at = (at + 1) % count) {
            for (int slot = 0; slot < SLOTS; slot++) {
#ifdef SEALS
                parts[slot] = (struct iovec){slots + slot * PACKET, PACKET};
#else
                parts[slot] = (struct iovec){memory + used + slot * SLOT, SLOT};
#endif
                messages[slot].msg_hdr = (struct msghdr){
#ifdef SEALS
                    .msg_name = &names[slot], .msg_namelen = sizeof names[slot],
#endif
#ifndef TIMELESS
                    .msg_control = told[slot], .msg_controllen = sizeof told[slot],
#endif
                    .msg_iov = &parts[slot], .msg_iovlen = 1};
            }
            int got = recvmmsg(sockets[at], messages, SLOTS, MSG_DONTWAIT, NULL);
            if (got > 0) {
                packets += got;
#ifdef SEALS
                if (!from[at].sin_port) from[at] = names[0];
                odd += !plain(messages, got, &from[at]);
                used += seal(keys[at / 2], records[at / 2]++, at, slots, got, told,
                             (unsigned char *)memory + used);
#else
                used += got * SLOT;
#endif
            }
            if (used > sizeof memory - SLOTS * SLOT) {
                if (write(file, memory, used) < 0) fail("write");
                used = 0;
            }
        }
        if (used && write(file, memory, used) < 0) fail("write");
        sleep_until(now + SLICE_NS);
    }
    struct rusage spent;
    getrusage(RUSAGE_SELF, &spent);
    double us = spent.ru_utime.tv_sec * 1e6 + spent.ru_utime.tv_usec
              + spent.ru_stime.tv_sec * 1e6 + spent.ru_stime.tv_usec;
#ifdef SEALS
    if (odd) fprintf(stderr, "%ld visits brought packets that need a look\n", odd);
#endif
    printf("%ld %.0f\n", packets, us);
    return 0;
}

static int transmit(int first, int step, int count, double seconds) {
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    static char packets[BATCH][PACKET];
    static struct sockaddr_in to[BATCH];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    long sent = 0;
    int rounds = (int)(seconds * 50);
    int64_t began = now_ns();
    for (int round = 0; round < rounds; round++) {
        for (int n = 0; n < count; n += BATCH) {
            int size = count - n < BATCH ? count - n : BATCH;
            for (int k = 0; k < size; k++) {
                uint32_t stamp = htonl(round * 160), source = htonl(n + k + 1);
                uint16_t number = htons(round);
                memset(packets[k], 0xD5, PACKET);
                packets[k][0] = (char)0x80;
                packets[k][1] = 8;
                memcpy(packets[k] + 2, &number, 2);
                memcpy(packets[k] + 4, &stamp, 4);
                memcpy(packets[k] + 8, &source, 4);
                to[k] = local(first + (n + k) * step);
                parts[k] = (struct iovec){packets[k], PACKET};
                messages[k].msg_hdr = (struct msghdr){
                    .msg_name = &to[k], .msg_namelen = sizeof to[k],
                    .msg_iov = &parts[k], .msg_iovlen = 1};
            }
            for (int done = 0; done < size;) {
                int got = sendmmsg(out, messages + done, size - done, 0);
                if (got < 0) fail("sendmmsg");
                done += got;
                sent += got;
            }
            /* Spread over the 20 ms, as many phones would. */
            sleep_until(began + round * 20000000LL + (int64_t)20000000 * (n + size) / count);
        }
    }
    printf("%ld\n", sent);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 8 && !strcmp(argv[1], "recv"))
        return receive(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]), argv[6],
                       !strcmp(argv[7], "yes"));
    if (argc == 6 && !strcmp(argv[1], "send"))
        return transmit(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atof(argv[5]));
    fputs("usage: recvmmsg_loop recv|send ...\n", stderr);
    return 2;
}
