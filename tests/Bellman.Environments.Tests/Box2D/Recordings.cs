using System.IO.Compression;
using System.Text.Json;
using Bellman.Environments.Physics2D;
using Bellman.Environments.Tests.Physics2D;

namespace Bellman.Environments.Tests.Box2D;

/// <summary>Episodes recorded from Gymnasium.</summary>
internal static class Recordings
{
    public static IEnumerable<JsonElement> Episodes(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "box2d", name + ".jsonl.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }

    public static void SetAction(Rows rows, JsonElement action)
    {
        if (action.ValueKind == JsonValueKind.Number)
        {
            rows.Integers()[0] = action.GetInt32();
        }
        else
        {
            MicroScenarios.Floats(action).CopyTo(rows.Floats());
        }
    }

    /// <summary>Place, angle and velocities of a body.</summary>
    public static float[] State(World world, int index)
    {
        ref readonly var body = ref world.Bodies[index];
        return [body.Transform.Position.X, body.Transform.Position.Y, body.Sweep.Angle, body.Velocity.X, body.Velocity.Y, body.AngularVelocity];
    }
}
