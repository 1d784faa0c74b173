using System.Net;
using System.Net.Sockets;

namespace Bellman;

/// <summary>Serves environments over streams and sockets.</summary>
public static class EnvironmentServing
{
    /// <summary>The longest request in bytes; a longer one is passed over and answered with an error.</summary>
    public const int LongestRequest = 4 * 1024 * 1024;

    /// <summary>Answers every line of a stream until it ends or the client asks to close.</summary>
    public static void Serve(this EnvironmentServer server, Stream requests, Stream answers)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(answers);
        var reader = new RequestReader(requests, LongestRequest);
        var output = new MemoryStream();
        while (!server.Closed && reader.TryRead(out var request, out var tooLong))
        {
            var answer = tooLong ? server.Refuse($"The request is longer than {LongestRequest} bytes.") : server.Answer(request);
            output.SetLength(0);
            output.Write(answer.Span);
            output.WriteByte((byte)'\n');
            answers.Write(output.GetBuffer(), 0, (int)output.Length);
            answers.Flush();
        }
    }

    /// <summary>Serves every connection with an environment of its own until it is cancelled.</summary>
    /// <param name="address">Where to listen; <see cref="IPAddress.Loopback"/> lets programs of this machine in alone.</param>
    /// <param name="port">The port; 0 takes one that is free.</param>
    /// <param name="make">Makes a connection's server.</param>
    /// <param name="listening">Is told where it listens, once it does.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SocketException">The port is taken or forbidden.</exception>
    public static async Task ServeAsync(IPAddress address, int port, Func<EnvironmentServer> make, Action<IPEndPoint>? listening, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(make);
        using var listener = new TcpListener(address, port);
        listener.Start();
        listening?.Invoke((IPEndPoint)listener.LocalEndpoint);
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(cancellation).ConfigureAwait(false);
            _ = Task.Factory.StartNew(() => Serve(client, make), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private static void Serve(TcpClient client, Func<EnvironmentServer> make)
    {
        try
        {
            using (client)
            using (var server = make())
            {
                // An answer is short and awaited.
                client.NoDelay = true;
                var stream = client.GetStream();
                server.Serve(stream, stream);
            }
        }
        catch (IOException)
        {
            // The client has gone; there is nobody to tell.
        }
    }
}
