// A user's program: a grpc-go client that knows the lab only from its environment.
//
//	lab_client POLICY METHOD COUNT SECONDS
//
// Sends COUNT RPCs, spread over SECONDS, and prints how many ended with each status and, where pods
// name themselves, how many each of them answered OK.
package main

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// raw passes bytes on as they are.
type raw struct{}

func (raw) Marshal(v interface{}) ([]byte, error)      { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v interface{}) error { *v.(*[]byte) = data; return nil }
func (raw) Name() string                               { return "proto" }

func main() {
	policy, method := os.Args[1], os.Args[2]
	count, _ := strconv.Atoi(os.Args[3])
	seconds, _ := strconv.ParseFloat(os.Args[4], 64)
	channel, err := grpc.Dial(os.Getenv("LBCHECK_TARGET_DNS"), grpc.WithInsecure(),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"`+policy+`":{}}]}`),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})))
	if err != nil {
		panic(err)
	}
	statuses, pods := map[string]int{}, map[string]int{}
	for i := 0; i < count; i++ {
		request, response, header := []byte("hello"), []byte{}, metadata.MD{}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := channel.Invoke(ctx, method, &request, &response, grpc.Header(&header), grpc.WaitForReady(true))
		cancel()
		statuses[status.Code(err).String()]++
		if names := header.Get("x-pod-name"); err == nil && len(names) > 0 {
			pods[names[0]]++
		}
		time.Sleep(time.Duration(seconds / float64(count) * float64(time.Second)))
	}
	channel.Close()
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{"statuses": statuses, "pods": pods})
}
